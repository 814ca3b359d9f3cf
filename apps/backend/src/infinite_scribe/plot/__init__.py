"""What is planned: concept, chapters, scene cards, beats and style."""
