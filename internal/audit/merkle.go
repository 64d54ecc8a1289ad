package audit

import (
	"crypto/sha256"
	"math/bits"
)

// The hashes of RFC 6962 (§2.1): a leaf and a node can never be taken for one
// another.

const hashSize = sha256.Size

func leafHash(event []byte) [hashSize]byte {
	return sha256.Sum256(append([]byte{0}, event...))
}

func nodeHash(left, right []byte) [hashSize]byte {
	b := make([]byte, 0, 1+2*hashSize)
	b = append(append(append(b, 1), left...), right...)
	return sha256.Sum256(b)
}

// grow adds a leaf to the peaks of a tree of the given size: the hashes of the
// perfect trees it is made of, largest first. It costs as many hashes as the
// size has trailing ones.
func grow(peaks []byte, size uint64, event []byte) []byte {
	return growLeaf(peaks, size, leafHash(event))
}

func growLeaf(peaks []byte, size uint64, top [hashSize]byte) []byte {
	for range bits.TrailingZeros64(^size) {
		at := len(peaks) - hashSize
		top = nodeHash(peaks[at:], top[:])
		peaks = peaks[:at]
	}
	return append(append([]byte(nil), peaks...), top[:]...)
}

// root is the Merkle tree hash of what the peaks stand for.
func root(peaks []byte) []byte {
	if len(peaks) == 0 {
		none := sha256.Sum256(nil)
		return none[:]
	}
	right := peaks[len(peaks)-hashSize:]
	for at := len(peaks) - 2*hashSize; at >= 0; at -= hashSize {
		sum := nodeHash(peaks[at:at+hashSize], right)
		right = sum[:]
	}
	return right
}
