package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/money"
)

// receiptsEvery is how often a spend of the richly shown area has a bill.
const receiptsEvery = 7

// A bill is an invented one, for a spend.
type bill struct {
	from, what string
	amount     money.Amount
	day        date.Date
}

// evidence is the bill as what a person would send: always as the same bytes.
func (b bill) evidence() funding.NewEvidence {
	return funding.ExamineEvidence([]document.Sent{{Name: "Bill " + b.from + " " + b.day.String() + ".pdf", Content: b.pdf()}})
}

// pdf is a page of few words, in the plainest PDF there is.
func (b bill) pdf() []byte {
	var page strings.Builder
	line := func(size, y int, words string) {
		fmt.Fprintf(&page, "BT /F1 %d Tf 60 %d Td (%s) Tj ET\n", size, y, inPDF(words))
	}
	line(22, 760, b.from)
	line(11, 735, "Invented for the demonstration. Nobody was paid.")
	line(14, 680, "Bill of "+b.day.Long())
	line(12, 640, b.what)
	line(12, 615, "To pay: "+strings.Replace(b.amount.String(), "£", "GBP ", 1))
	line(12, 570, "Paid with thanks.")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// inPDF keeps of words what a plain PDF can say.
func inPDF(words string) string {
	var b strings.Builder
	for _, r := range words {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteString("\\" + string(r))
		case r == '’':
			b.WriteByte('\'')
		case r < 0x7f:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// photograph is a till receipt as a phone might show it from afar: lines, and no
// words.
func photograph(seed int) []byte {
	img := image.NewGray(image.Rect(0, 0, 240, 360))
	fill := func(x, y, w, h int, c uint8) {
		draw.Draw(img, image.Rect(x, y, x+w, y+h), image.NewUniform(color.Gray{c}), image.Point{}, draw.Src)
	}
	fill(0, 0, 240, 360, 120)
	fill(40, 20, 160, 320, 245)
	fill(80, 36, 80, 10, 40)
	for i := range 14 {
		fill(56, 70+18*i, 60+(seed*37+i*53)%50, 6, 90)
		fill(164, 70+18*i, 20, 6, 90)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory, which does not fail
	return b.Bytes()
}

// receipts plays evidence for what waits to be certified in the richly shown
// area: a bill, a bill with a photograph, and a bill that was sent before.
func (p *player) receipts(ctx context.Context, tx *db.Tx, n int, sp funding.Spend) error {
	b := bill{sp.Payee, sp.Heading, sp.Amount, sp.SpentOn}
	evidence := b.evidence()
	switch n {
	case 1:
		evidence = funding.ExamineEvidence([]document.Sent{
			{Name: "Bill " + b.from + ".pdf", Content: b.pdf()}, {Name: "Till receipt.png", Content: photograph(n)},
		})
	case 2:
		evidence = funding.ExamineEvidence([]document.Sent{{Name: "Till receipt again.png", Content: photograph(1)}})
	}
	return p.funding.AddEvidenceIn(ctx, tx, p.star.lto.finance, p.star.area, sp.ID, "", evidence)
}

// billFor plays a bill for a spend, now and then, where an organisation of the
// richly shown area was paid.
func (s *story) billFor(ctx context.Context, tx *db.Tx, sp funding.Spend) error {
	s.provided++
	if s.area.ID != s.star.area.ID || sp.PayeeKind != funding.ToOrganisation || s.provided%receiptsEvery != 0 {
		return nil
	}
	return s.funding.AddEvidenceIn(ctx, tx, s.lto.finance, s.area, sp.ID, "", bill{sp.Payee, sp.Heading, sp.Amount, sp.SpentOn}.evidence())
}
