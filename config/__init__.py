"""What an organisation defines: departments, questions, rhythm, words. Imports neither `analysis` nor `bot`."""
