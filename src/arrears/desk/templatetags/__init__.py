"""Tags and filters of templates; `desk` is loaded everywhere."""
