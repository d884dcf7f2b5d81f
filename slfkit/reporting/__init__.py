"""Tables, figures and sentences from rows; nothing here knows a result."""
