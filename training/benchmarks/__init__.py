"""Speed and accuracy of sangloc beside HTML extractors."""
