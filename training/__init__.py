"""The recipe that made Glassbox's embedded models: text in, a GPT-2 folder out."""
