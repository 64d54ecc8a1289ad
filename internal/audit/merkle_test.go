package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
)

// mth is RFC 6962 §2.1, word for word.
func mth(d [][]byte) []byte {
	n := len(d)
	switch n {
	case 0:
		sum := sha256.Sum256(nil)
		return sum[:]
	case 1:
		sum := sha256.Sum256(append([]byte{0x00}, d[0]...))
		return sum[:]
	}
	k := 1 // the largest power of two smaller than n
	for k*2 < n {
		k *= 2
	}
	sum := sha256.Sum256(bytes.Join([][]byte{{0x01}, mth(d[:k]), mth(d[k:])}, nil))
	return sum[:]
}

func TestTheHeadIsThatOfRFC6962(t *testing.T) {
	t.Parallel()
	var leaves [][]byte
	var peaks []byte
	for size := range 71 {
		if got, want := root(peaks), mth(leaves); !bytes.Equal(got, want) {
			t.Fatalf("the head of %d leaves is %x, want %x", size, got, want)
		}
		leaf := fmt.Appendf(nil, "leaf %d", size)
		before := bytes.Clone(peaks)
		grown := grow(peaks, uint64(size), leaf)
		if !bytes.Equal(peaks, before) {
			t.Fatalf("to grow a tree of %d changed the one that there was", size)
		}
		peaks, leaves = grown, append(leaves, leaf)
	}
}

// The test vectors of Certificate Transparency's own implementations.
func TestTheHeadOfKnownTrees(t *testing.T) {
	t.Parallel()
	leaves := []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
	}
	heads := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var peaks []byte
	for size, want := range heads {
		if got := hex.EncodeToString(root(peaks)); got != want {
			t.Errorf("the head of the first %d leaves is %s, want %s", size, got, want)
		}
		if size < len(leaves) {
			leaf, err := hex.DecodeString(leaves[size])
			if err != nil {
				t.Fatal(err)
			}
			peaks = grow(peaks, uint64(size), leaf)
		}
	}
}
