package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sync"
	"time"

	"commontable/internal/db"
)

// A photograph that is to be shown on a page is drawn afresh, and smaller: a
// telephone's 8 MB become what a page can carry, and nothing stays of the file
// that was sent but what can be seen in it.

// OfPhotos is how the subjects begin under which photographs are filed that
// pages show. They alone may be forgotten: people in them may change their mind.
const OfPhotos = "photo:"

// AcceptPhoto is what a page tells a browser to offer where it asks for a photo.
const AcceptPhoto = "image/jpeg,image/png"

// What is the most of a photo.
const (
	mostSide  = 1280       // pixels, of the longer side as it is kept
	mostDrawn = 26_000_000 // pixels, as it is sent: what it takes to open it is bounded
	quality   = 80
)

const (
	errNoPhoto    Refusal = "is not a photo that can be shown on a page. Send a JPEG or a PNG."
	errHugePhoto  Refusal = "has more pixels than we can open. Send a smaller copy, of up to 25 megapixels."
	errNoPictures Refusal = "could not be opened as a picture. Open it, save it afresh, and send that."
)

// A Picture is a photograph as it is to be kept.
type Picture struct {
	File

	Width, Height int // in pixels
}

// one at a time, so that many that come together do not fill the memory.
var drawing sync.Mutex

// Draw examines a photograph as it was sent and draws it afresh: the right way
// up, with no side longer than 1,280 pixels, as a JPEG. Or it gives a Refusal.
func Draw(s Sent) (Picture, error) {
	f, err := Examine(s)
	if err != nil {
		return Picture{}, err
	}
	if f.Type != JPEG && f.Type != PNG {
		return Picture{}, errNoPhoto
	}
	drawing.Lock()
	defer drawing.Unlock()
	img, turned, err := open(f)
	if err != nil {
		return Picture{}, err
	}
	return drawn(f.Name, upright(smaller(img), turned))
}

// Drawn is a picture that was made here, as it is to be kept.
func Drawn(name string, img image.Image) (Picture, error) {
	return drawn(name, smaller(img))
}

func drawn(name string, img image.Image) (Picture, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return Picture{}, fmt.Errorf("draw photo: %w", err)
	}
	sum := sha256.Sum256(b.Bytes())
	return Picture{
		File:  File{Name: cleanName(name, JPEG), Type: JPEG, Hash: Hash(hex.EncodeToString(sum[:])), Content: b.Bytes()},
		Width: img.Bounds().Dx(), Height: img.Bounds().Dy(),
	}, nil
}

// open reads the picture of a file, and which way up it is.
func open(f File) (img image.Image, turned byte, err error) {
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	if f.Type == PNG {
		config, decode = png.DecodeConfig, png.Decode
	}
	size, err := config(bytes.NewReader(f.Content))
	switch {
	case err != nil || size.Width <= 0 || size.Height <= 0:
		return nil, 0, errNoPictures
	case size.Width > mostDrawn/size.Height:
		return nil, 0, errHugePhoto
	}
	if img, err = decode(bytes.NewReader(f.Content)); err != nil {
		return nil, 0, errNoPictures
	}
	if f.Type == JPEG {
		return img, turnOf(f.Content), nil
	}
	return img, 1, nil
}

// Measured is a picture with its size, of a file that was drawn before.
func Measured(f File) (Picture, error) {
	size, err := jpeg.DecodeConfig(bytes.NewReader(f.Content))
	if err != nil {
		return Picture{}, errNoPictures
	}
	return Picture{File: f, Width: size.Width, Height: size.Height}, nil
}

// turnOf is which way up a JPEG is, of one that was cleaned.
func turnOf(b []byte) byte {
	for b = b[2:]; len(b) > 4; {
		size := 2 + int(b[2])<<8 | int(b[3])
		switch {
		case b[1] == 0xe1:
			return orientation(b[4:min(size, len(b))])
		case isFrame(b[1]) || size > len(b):
			return 1
		}
		b = b[size:]
	}
	return 1
}

// smaller is a picture with no side longer than what is kept: each of its points
// is the mean of those that it stands for. What can be seen through is white.
func smaller(from image.Image) *image.RGBA {
	bounds := from.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	width, height := w, h
	if longer := max(w, h); longer > mostSide {
		width, height = max(1, w*mostSide/longer), max(1, h*mostSide/longer)
	}
	at := reader(from)
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	sums := make([][4]uint64, width)
	for y := range height {
		clear(sums)
		for sy := y * h / height; sy < max((y+1)*h/height, y*h/height+1); sy++ {
			for x := range width {
				s := &sums[x]
				for sx := x * w / width; sx < max((x+1)*w/width, x*w/width+1); sx++ {
					r, g, b := at(bounds.Min.X+sx, bounds.Min.Y+sy)
					s[0], s[1], s[2], s[3] = s[0]+uint64(r), s[1]+uint64(g), s[2]+uint64(b), s[3]+1
				}
			}
		}
		for x, s := range sums {
			to.SetRGBA(x, y, color.RGBA{uint8(s[0] / s[3]), uint8(s[1] / s[3]), uint8(s[2] / s[3]), 255}) //nolint:gosec // means of bytes
		}
	}
	return to
}

// reader reads the points of a picture, on white. Of photographs it is quick.
func reader(from image.Image) func(x, y int) (r, g, b uint8) {
	if p, ok := from.(*image.YCbCr); ok {
		return func(x, y int) (r, g, b uint8) {
			c := p.YCbCrAt(x, y)
			return color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
		}
	}
	return func(x, y int) (uint8, uint8, uint8) {
		r, g, b, a := from.At(x, y).RGBA()
		white := 0xffff - a
		return uint8((r + white) >> 8), uint8((g + white) >> 8), uint8((b + white) >> 8) //nolint:gosec // of sixteen bits the upper eight
	}
}

// upright turns a picture the right way up, by what its camera said.
func upright(from *image.RGBA, turned byte) *image.RGBA {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	var of func(x, y int) (int, int)
	switch turned {
	case 2:
		of = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		of = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		of = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		of = func(x, y int) (int, int) { return y, x }
	case 6:
		of = func(x, y int) (int, int) { return y, h - 1 - x }
	case 7:
		of = func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }
	case 8:
		of = func(x, y int) (int, int) { return w - 1 - y, x }
	default:
		return from
	}
	width, height := w, h
	if turned >= 5 {
		width, height = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			sx, sy := of(x, y)
			to.SetRGBA(x, y, from.RGBAAt(sx, sy))
		}
	}
	return to
}

// Forget forgets what a filing's file holds, where nothing else needs the same
// file. That there was one stays, and nothing of what could be seen in it. Only
// what is filed as a photograph can be forgotten: the database holds that.
func Forget(ctx context.Context, tx *db.Tx, f Filing, at time.Time) error {
	if _, err := tx.Exec(ctx, `INSERT INTO document_forgettings (place, id, hash, forgotten_at) VALUES ($1, $2, $3, $4)`, f.Place, f.ID, f.Hash, at); err != nil {
		return fmt.Errorf("forget file: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		DELETE FROM document_parts WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM document_filings f WHERE f.hash = $1
			AND NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.place = f.place AND g.id = f.id))`, f.Hash); err != nil {
		return fmt.Errorf("forget file: %w", err)
	}
	return nil
}

// Forgotten are the filings whose files were to be forgotten: of each its place,
// and as subject its own ID.
func Forgotten(ctx context.Context, tx *db.Tx) (map[Use]bool, error) {
	all := map[Use]bool{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var u Use
		err := r.Scan(&u.Place, &u.Subject)
		all[u] = true
		return err
	}, `SELECT place, id FROM document_forgettings`)
	return all, err
}
