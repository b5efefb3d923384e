"""The playground: a page on this machine on which a config can be tried."""
