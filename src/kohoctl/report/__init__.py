"""The report of what was done, 「これまでに実施したこと」: campaign file × ledger → values → text."""
