package open

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"commontable/internal/area"
	"commontable/internal/db"
)

// WriteGrantsCSV writes every award as one row of a spreadsheet, under the
// column titles of the 360Giving Data Standard. Locations, of which a grant has
// several, are numbered as it says.
func WriteGrantsCSV(ctx context.Context, tx *db.Tx, w io.Writer, baseURL string) error {
	all, err := publish(ctx, tx, baseURL)
	if err != nil {
		return fmt.Errorf("360Giving: %w", err)
	}
	places := all.mostLocations()
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(grantTitles(places)); err != nil {
		return err
	}
	if err := all.each(func(g grant) error { return out.Write(g.row(places)) }); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// mostLocations is how many locations the grant with the most of them has.
func (all publication) mostLocations() int {
	most := 0
	for _, one := range all.programmes {
		at := map[area.ID]bool{}
		for _, a := range one.awards {
			if !at[a.Area] {
				at[a.Area] = true
				most = max(most, len(locations(one.area(a.Area), one.lsoas[a.Area])))
			}
		}
	}
	return most
}

func grantTitles(places int) []string {
	titles := []string{
		"Identifier", "Title", "Description", "Currency", "Amount Awarded", "Amount Disbursed", "Award Date", "URL",
		"Planned Dates:Start Date", "Planned Dates:End Date",
		"Recipient Org:Identifier", "Recipient Org:Name", "Recipient Org:Charity Number", "Recipient Org:Company Number", "Recipient Org:Postal Code",
		"Funding Org:Identifier", "Funding Org:Name", "Grant Programme:Code", "Grant Programme:Title",
		"For Regrant Type", "Location Scope", "Last Modified", "Data Source",
	}
	for i := range places {
		at := "Beneficiary Location:" + number(int64(i)) + ":"
		titles = append(titles, at+"Name", at+"Country Code", at+"Geographic Code", at+"Geographic Code Type")
	}
	return titles
}

func (g grant) row(places int) []string {
	dates, to, from, of := g.PlannedDates[0], g.RecipientOrganization[0], g.FundingOrganization[0], g.GrantProgramme[0]
	row := []string{
		g.ID, g.Title, g.Description, g.Currency, g.AmountAwarded.String(), g.AmountDisbursed.String(), g.AwardDate, g.URL,
		dates.StartDate, dates.EndDate,
		to.ID, to.Name, to.CharityNumber, to.CompanyNumber, to.PostalCode,
		from.ID, from.Name, of.Code, of.Title,
		g.RegrantType, g.LocationScope, g.DateModified, g.DataSource,
	}
	for i := range places {
		var at location
		if i < len(g.BeneficiaryLocation) {
			at = g.BeneficiaryLocation[i]
		}
		row = append(row, at.Name, at.CountryCode, at.GeoCode, at.GeoCodeType)
	}
	for i, cell := range row {
		row[i] = harmless(cell)
	}
	return row
}

// harmless keeps a spreadsheet from taking a name for a formula. Nothing that
// begins so is a number here.
func harmless(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}
