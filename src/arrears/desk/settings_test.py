"""Settings under tests: the same, without collected static files, with quick passwords and a data folder of the run."""

from __future__ import annotations

import os

from arrears.desk import catalog, testing

os.environ.setdefault("ARREARS_DATA", str(testing.folder("data")))
catalog.build_if_older()  # what tests read is what was translated

from arrears.desk.people import keys  # noqa: E402
from arrears.desk.settings import *  # noqa: E402, F403
from arrears.desk.settings import PLACES  # noqa: E402

keys.provide(PLACES.root)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MFA_REQUIRED = False
