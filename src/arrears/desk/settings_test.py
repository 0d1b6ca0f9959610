"""Settings under tests: the same, without collected static files, with quick passwords and a data folder of the run."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("ARREARS_DATA", tempfile.mkdtemp(prefix="arrears-desk-test-"))

from arrears.desk.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MFA_REQUIRED = False
