"""What a run is and what it left behind: specifications, stored records, provenance."""
