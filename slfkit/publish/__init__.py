"""What makes the book: notebooks executed, tables compared, pages built and printed."""
