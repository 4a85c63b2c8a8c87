"""The preview: each message as its readers would see it, with what is wrong and when all of it goes out."""
