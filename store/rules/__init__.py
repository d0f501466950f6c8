"""What must hold, as pure functions and small values: no SQL, no clock reads, no hidden state."""
