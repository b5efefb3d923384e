"""What several sources share: the cache of decoded banks, parallel reading, labels."""
