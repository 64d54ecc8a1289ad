package db

import "encoding/json"

// Set writes names as one argument, which both engines take apart again:
//
//	… WHERE id IN (SELECT key FROM json_each($1))
//
// so that what is asked of many costs one statement, however many they are.
func Set[T ~string](names []T) string {
	all := make(map[T]int, len(names))
	for _, n := range names {
		all[n] = 1
	}
	text, _ := json.Marshal(all) // of strings and ones alone
	return string(text)
}
