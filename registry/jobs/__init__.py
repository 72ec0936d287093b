"""What runs without a person: packets in the background, the nightly digest, mail. One job a file."""
