"""The register's own file: exported, changed in a spreadsheet, and read back cell by cell."""
