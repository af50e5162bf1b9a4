"""What the evidence says of the article, sentence by sentence."""
