from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedOnceCollected(CompressedManifestStaticFilesStorage):
    """Hashed names after `collectstatic`; before it, each file under its own name, served from
    where it lies, so that a fresh checkout has its style sheets."""

    def stored_name(self, name):
        return super().stored_name(name) if self.hashed_files else name
