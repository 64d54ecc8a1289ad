// Package planweb is the pages of an area's plan: what anyone may read, and the
// forms of those who write it and record that it was adopted.
package planweb
