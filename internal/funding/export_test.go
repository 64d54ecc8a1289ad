package funding

// ContentDigest is the digest of what is approved, as it would be made now.
func (p Payment) ContentDigest() []byte { return p.digest() }
