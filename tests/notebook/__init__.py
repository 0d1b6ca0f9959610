"""The notebooks of docs/ are run as they stand."""
