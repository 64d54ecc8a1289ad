package organisation

import (
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Brightwell Homes":             "brightwellhomes",
		" BRIGHT-WELL  homes, Ltd. ":   "brightwellhomes",
		"Brightwell Homes Limited":     "brightwellhomes",
		"Brightwell Homes (CIC) Ltd":   "brightwellhomes",
		"Brightwell Homes C.I.C.":      "brightwellhomes",
		"Brightwell Homes Incorporeal": "brightwellhomesincorporeal",
		"Music":                        "music",
		"Topcic":                       "topcic",
		"Ltd":                          "ltd",
		"Llŷn & Co":                    "llynandco",
		"Ann’s Print Shop":             "annsprintshop",
		"北京":                           "北京",
		" – ":                          "",
		"\xff\xfeWick":                 "wick",
	} {
		if got := SameName(name); got != want {
			t.Errorf("SameName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestByName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, name := range []string{"Brightwell Homes Ltd", "Brightwell Housing", "The Bell", "北京"} {
			if _, err := add(t, d, operator, New{Name: name, Kinds: []Kind{Agency}}); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range map[string]string{"bright well homes": "Brightwell Homes Ltd", "THE BELL plc": "The Bell", "Bell": "", "北京": "北京", "": "", "zoo": ""} {
			var got string
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				found, err := ByName(t.Context(), tx, name)
				for _, o := range found {
					got += o.Name
				}
				return err
			})
			if err != nil || got != want {
				t.Errorf("ByName(%q): got %q, %v, want %q", name, got, err, want)
			}
		}
	})
}
