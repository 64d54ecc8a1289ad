// Package calendar writes calendars that other programs read (iCalendar, RFC
// 5545), in London time, and knows the bank holidays of England and Wales.
package calendar
