// Package open is what leaves the programme for anyone to use: awards by the
// 360Giving standard, lists for a spreadsheet, and the whole ledger as
// plain-text accounting.
//
// What it gives away is public: organisations are named, individuals never are,
// and pay is grouped. Each file is made from the books in one transaction when
// it is asked for, so that it agrees with the pages.
package open
