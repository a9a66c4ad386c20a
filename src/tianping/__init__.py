"""Tianping: estimate and monitor the sex ratio at birth in many small areas."""
