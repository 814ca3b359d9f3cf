"""Connections only: one folder per store, no business."""
