"""The benchmarks of an asv suite, found and run as asv_runner does it, which need not be installed for it."""
