package main

import (
	"os"
	"syscall"
)

// peak is the most memory that an ended process had at once, in bytes.
func peak(s *os.ProcessState) (int64, bool) {
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, false
	}
	return usage.Maxrss << 10, true
}
