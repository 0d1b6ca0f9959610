"""Documents: told by their content, refused where they lie about it or can act, encrypted at rest, every opening written down.

`kind` what a file is; `shelf` the encrypted files; `services` taking in, opening, deleting; `bulk` many at once by loan number.
"""
