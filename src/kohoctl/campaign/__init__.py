"""From the text of a campaign file to the values that a plan is made of."""
