"""From a specification to its record: on this machine, in processes, over a cluster."""
