"""Speed and accuracy of Corrin beside its peers, in one run each."""
