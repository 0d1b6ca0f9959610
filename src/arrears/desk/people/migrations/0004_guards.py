"""Indexes and what the database itself refuses, of the tables of 0002. Written by Django."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_reveals_stay"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(condition=models.Q(("number_index__isnull", False)), fields=["number_index"], name="loan_number_index"),
        ),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(condition=models.Q(("plate_index__isnull", False)), fields=["plate_index"], name="loan_plate_index"),
        ),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(condition=models.Q(("vin_index__isnull", False)), fields=["vin_index"], name="loan_vin_index"),
        ),
        migrations.AddConstraint(
            model_name="insolvency",
            constraint=models.UniqueConstraint(fields=("person", "court", "accepted_on"), name="insolvency_once"),
        ),
        migrations.AddConstraint(
            model_name="insolvency",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("accepted_on")), _connector="OR"),
                name="insolvency_ends_later",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["sha256"], name="document_sha256"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["contract", "lien", "cost_sheet", "identity", "authority", "proof", "other"])),
                name="document_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("loan__isnull", False), ("person__isnull", False), _connector="OR"), name="document_is_about_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("loan", "person", "kind", "sha256"),
                name="document_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("person", "kind", "channel", "given_at"), name="consent_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["hours", "location", "record", "credit", "entry", "message", "third_party"])),
                name="consent_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ("call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter", "visit")),
                    ("channel", None),
                    _connector="OR",
                ),
                name="consent_channel_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"),
                name="consent_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes", None), ("opens", None)),
                    models.Q(
                        ("closes__isnull", False),
                        ("closes__regex", "^([01][0-9]|2[0-3]):[0-5][0-9]$"),
                        ("opens__isnull", False),
                        ("opens__regex", "^([01][0-9]|2[0-3]):[0-5][0-9]$"),
                    ),
                    _connector="OR",
                ),
                name="consent_window_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["value_index"], name="address_value_index"),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(condition=models.Q(("last_four", ""), _negated=True), fields=["last_four"], name="address_last_four"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(fields=("person", "kind", "value_index"), name="address_once"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["phone", "email", "postal", "messenger", "app"])), name="address_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["contract", "person", "file", "staff", "court", "agency"])),
                name="address_source_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channels__contained_by", ["call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter", "visit"])
                ),
                name="address_channels_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place__isnull", True), ("datum", "")),
                    models.Q(("place__isnull", False), ("datum__in", ("WGS84", "GCJ02", "BD09", "CGCS2000"))),
                    _connector="OR",
                ),
                name="address_place_has_a_datum",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.UniqueConstraint(fields=("person", "channel", "said_at"), name="refusal_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ("call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter", "visit")),
                    ("channel", None),
                    _connector="OR",
                ),
                name="refusal_channel_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("withdrawn_at__gte", models.F("said_at")), _connector="OR"),
                name="refusal_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("lawyer", "guardian", "agent"))), name="representation_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(("representative", models.F("person")), _negated=True), name="representative_is_somebody_else"
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at", None), ("until_at__gte", models.F("since_at")), _connector="OR"),
                name="representation_ends_later",
            ),
        ),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(fields=["account", "on"], name="reveal_account_day"),
        ),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(fields=["person", "-at"], name="reveal_person"),
        ),
        migrations.AddConstraint(
            model_name="sign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "sign__in",
                        (
                            "illness",
                            "disability",
                            "pregnancy",
                            "age",
                            "minor",
                            "bereavement",
                            "disaster",
                            "distress",
                            "self_harm",
                            "unemployment",
                            "carer",
                            "other",
                        ),
                    )
                ),
                name="sign_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared_at", None), ("cleared_by", None)),
                    models.Q(("cleared_at__gte", models.F("seen_at")), ("cleared_at__isnull", False), ("cleared_by__isnull", False)),
                    _connector="OR",
                ),
                name="sign_cleared_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cleared_by", None), ("seen_by", None), models.Q(("cleared_by", models.F("seen_by")), _negated=True), _connector="OR"
                ),
                name="sign_cleared_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.UniqueConstraint(fields=("staff", "from_on"), name="leave_once"),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.CheckConstraint(condition=models.Q(("to_on__gte", models.F("from_on"))), name="leave_ends_later"),
        ),
        migrations.AddConstraint(
            model_name="bar",
            constraint=models.UniqueConstraint(condition=models.Q(("until_at", None)), fields=("staff", "person"), name="bar_once"),
        ),
    ]
