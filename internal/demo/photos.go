package demo

import (
	"context"
	"image"
	"image/color"
	"image/draw"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/project"
)

// photo plays that a picture is added to a project. Nobody in the demonstration is a
// real person and no place a real place, so its photos are drawn.
func (d *doings) photo(at float64, of string, n project.NewPhoto, months int, scene func(*canvas)) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		c := newCanvas()
		scene(c)
		var err error
		if n.Picture, err = document.Drawn("photo.jpg", c.RGBA); err != nil {
			return err
		}
		n.On = on
		if n.People == project.Agreed {
			n.Until = date.Of(d.now).AddMonths(months)
		}
		_, err = d.projects.AddPhotoIn(ctx, tx, d.keeper(), d.area, d.ids[of], n)
		return err
	})
}

// photos are those of Tanners Reach: of people who agreed, of nobody, one that is for
// the partnership alone, and one whose time of consent is over.
func (d *doings) photos() {
	nobody := project.NewConsent{People: project.Nobodys, Public: true}
	d.photo(0.071, theStall, project.NewPhoto{
		NewConsent: project.NewConsent{People: project.Agreed, Public: true, Who: "All at the table, asked there and then"},
		Shows:      "A striped stall on a green, with three people behind a table of cups", Words: "The first Saturday. It rained, and nobody went home.", TakenBy: "Sam Webb",
	}, 24, stallScene)
	d.photo(0.202, theHub, project.NewPhoto{
		NewConsent: nobody, Shows: "A small brick chapel with a tall window and scaffolding up one side", Words: "The roof, at last", TakenBy: "Grace Mensah", TakerNamed: true,
	}, 0, chapelScene)
	d.photo(0.271, theHub, project.NewPhoto{
		NewConsent: project.NewConsent{People: project.Agreed, Public: true, Who: "The cooks and the four at the front, each was shown it"},
		Shows:      "A long table under lamps, with eight people sitting and bowls of soup before them", Words: "The first tea in the Hub", TakenBy: "Sam Webb", TakerNamed: true,
	}, 60, tableScene)
	d.photo(0.97, theHub, project.NewPhoto{
		NewConsent: project.NewConsent{People: project.Agreed, Public: true, Who: "All of the lunch club, at the table"},
		Shows:      "A long table under lamps, with people of all ages around it and a cake in the middle", Words: "Lunch club’s birthday", TakenBy: "Grace Mensah", TakerNamed: true,
	}, 24, tableScene)
	d.photo(0.975, theHub, project.NewPhoto{
		NewConsent: project.NewConsent{People: project.Nobodys},
		Shows:      "The chapel from behind, with a damp patch under the gutter", Words: "The gutter, for the roofer", TakenBy: "Sam Webb",
	}, 0, chapelScene)
	d.photo(0.8, theGreen, project.NewPhoto{
		NewConsent: nobody, Shows: "A row of young apple trees along a path, with a bench at its end", Words: "Eleven trees, and a bench that Mr Okafor made", TakenBy: "Reach Neighbours", TakerNamed: true,
	}, 0, greenScene)
}

// A canvas is a picture that is being drawn.
type canvas struct{ *image.RGBA }

const canvasWidth, canvasHeight = 640, 400

func newCanvas() *canvas {
	return &canvas{image.NewRGBA(image.Rect(0, 0, canvasWidth, canvasHeight))}
}

func paint(rgb uint32) color.RGBA {
	return color.RGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255} //nolint:gosec // its bytes
}

func (c *canvas) box(x, y, w, h int, rgb uint32) {
	draw.Draw(c.RGBA, image.Rect(x, y, x+w, y+h), image.NewUniform(paint(rgb)), image.Point{}, draw.Src)
}

// disc draws an ellipse about a point.
func (c *canvas) disc(x, y, rx, ry int, rgb uint32) {
	to := paint(rgb)
	for dy := -ry; dy <= ry; dy++ {
		for dx := -rx; dx <= rx; dx++ {
			if dx*dx*ry*ry+dy*dy*rx*rx <= rx*rx*ry*ry {
				c.SetRGBA(x+dx, y+dy, to)
			}
		}
	}
}

// gable draws a roof: a triangle over a line.
func (c *canvas) gable(x, y, w, h int, rgb uint32) {
	for dy := range h {
		half := w * dy / h / 2
		c.box(x+w/2-half, y+dy, 2*half, 1, rgb)
	}
}

// person draws somebody from the waist up, of no particular face.
func (c *canvas) person(x, y int, skin, coat uint32) {
	c.disc(x, y+58, 30, 34, coat)
	c.disc(x, y, 19, 23, skin)
	c.disc(x, y-13, 20, 13, 0x3a2a22)
}

func (c *canvas) outdoors() {
	c.box(0, 0, canvasWidth, canvasHeight, 0xbcd7e6)
	c.disc(130, 70, 60, 20, 0xe6eff4)
	c.disc(470, 52, 84, 24, 0xe6eff4)
	c.disc(160, 420, 420, 170, 0x8fae6b)
	c.disc(560, 440, 420, 170, 0x7b9c5c)
	c.box(0, 330, canvasWidth, 70, 0x86a663)
}

func stallScene(c *canvas) {
	c.outdoors()
	for i := range 8 {
		rgb := uint32(0xf4efe6)
		if i%2 == 0 {
			rgb = 0xb5452f
		}
		c.box(140+i*45, 96, 45, 46, rgb)
		c.disc(162+i*45, 142, 22, 14, rgb)
	}
	c.box(146, 140, 8, 200, 0x6b5544)
	c.box(488, 140, 8, 200, 0x6b5544)
	c.person(230, 196, 0x8d5a3b, 0x2f5d50)
	c.person(320, 190, 0xe3b995, 0xc98a2b)
	c.person(410, 198, 0x5e3b28, 0x4b4b7a)
	c.box(150, 262, 342, 84, 0xd9c7a8)
	for i := range 6 {
		c.box(180+i*34, 244, 16, 18, 0xf7f4ee)
	}
	c.disc(432, 238, 26, 28, 0x9aa3a8)
}

func chapelScene(c *canvas) {
	c.outdoors()
	c.gable(190, 40, 270, 110, 0x5a5f66)
	c.box(206, 150, 238, 200, 0xa8583f)
	for y := 160; y < 350; y += 14 {
		c.box(206, y, 238, 2, 0x96492f)
	}
	c.disc(325, 200, 32, 44, 0xf0e2b6)
	c.box(293, 200, 64, 70, 0xf0e2b6)
	c.box(323, 158, 4, 112, 0x5a5f66)
	c.box(300, 290, 50, 60, 0x2f5d50)
	for i := range 4 {
		c.box(462, 110+i*62, 104, 6, 0xc9b18a)
		c.box(466+i*30, 100, 5, 250, 0x8a8f94)
	}
	c.box(240, 344, 170, 10, 0xcfc6b8)
}

func tableScene(c *canvas) {
	c.box(0, 0, canvasWidth, canvasHeight, 0xe9dcc6)
	c.box(0, 0, canvasWidth, 120, 0xdcc9ab)
	coats := []uint32{0x2f5d50, 0xc98a2b, 0x7a3b3b, 0x4b4b7a, 0x8a6d3b}
	skins := []uint32{0x8d5a3b, 0xe3b995, 0x5e3b28, 0xc68d66}
	for i := range 4 {
		c.box(98+i*150, 0, 3, 60, 0x6b5544)
		c.disc(100+i*150, 66, 34, 18, 0xf6d98b)
	}
	for i := range 5 {
		c.person(80+i*120, 150, skins[i%len(skins)], coats[i])
	}
	c.box(0, 232, canvasWidth, 100, 0xb08a5c)
	c.box(0, 232, canvasWidth, 8, 0xc8a678)
	for i := range 5 {
		c.disc(80+i*120, 262, 34, 13, 0xf7f4ee)
		c.disc(80+i*120, 260, 26, 8, 0xcf7a3a)
	}
	for i := range 3 {
		c.disc(150+i*170, 400, 46, 62, coats[(i+2)%len(coats)])
		c.disc(150+i*170, 330, 24, 28, 0x3a2a22)
	}
}

func greenScene(c *canvas) {
	c.outdoors()
	for i := range 240 {
		c.box(300-i/2+i/5, 240+i*2/3, 40+i*2/3, 1, 0xd8c9ab)
	}
	for i := range 5 {
		x, y := 90+i*52, 300-i*14
		c.box(x-3, y-50, 6, 60, 0x6b5544)
		c.disc(x, y-66, 26-i*2, 30-i*2, 0x4f7d46)
		for a := range 3 {
			c.disc(x-10+a*9, y-60-a%2*14, 3, 3, 0xb5452f)
		}
	}
	c.box(450, 262, 110, 8, 0x7a5a3c)
	c.box(450, 240, 110, 6, 0x7a5a3c)
	c.box(458, 240, 6, 52, 0x5d442d)
	c.box(546, 240, 6, 52, 0x5d442d)
}
