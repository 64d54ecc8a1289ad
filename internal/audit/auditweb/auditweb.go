// Package auditweb is the pages of what happened: the signed checkpoints of all
// history, which are public, and for those who may, an area's own history in
// plain words and whole, to be proved by another program.
package auditweb

import (
	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/web"
)

type pages struct {
	site *web.Site
	db   *db.DB
}

// Routes lists the pages of what happened.
func Routes(site *web.Site, d *db.DB) []web.Route {
	p := pages{site, d}
	return []web.Route{
		{Pattern: "GET /checkpoints", Policy: web.Public(), Do: p.checkpoints},
		{Pattern: "GET /checkpoints.csv", Policy: web.Public(), Do: p.checkpointsCSV},
		{Pattern: "GET /checkpoints/key", Policy: web.Public(), Do: p.keys},
		{Pattern: "GET /checkpoints/latest", Policy: web.Public(), Do: p.latestCheckpoint},
		{Pattern: "GET /checkpoints/{checkpoint}", Policy: web.Public(), Do: p.checkpoint},
		{Pattern: "GET /areas/{area}/history", Policy: web.Hidden(access.SeeHistory, ""), Do: p.history},
		{Pattern: "GET /areas/{area}/history.csv", Policy: web.Hidden(access.SeeHistory, ""), Do: p.historyCSV},
		{Pattern: "GET /areas/{area}/history.json", Policy: web.Hidden(access.SeeHistory, ""), Do: p.historyJSON},
	}
}
