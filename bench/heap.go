package main

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// A heapUse is what a piece of work adds to the heap: the most at any time,
// garbage that is not yet collected included, and what stays after it.
type heapUse struct{ peak, retained int64 }

// sampleEvery is the time between two looks at the heap.
const sampleEvery = 200 * time.Microsecond

// heapOf runs work and watches the heap. What work returns is kept alive until
// the retained bytes are counted.
func heapOf[T any](work func() (T, error)) (T, heapUse, error) {
	runtime.GC()
	before := heapBytes()
	stop, highest := make(chan struct{}), make(chan int64)
	go watchHeap(stop, highest)
	result, err := work()
	close(stop)
	peak := <-highest
	runtime.GC()
	after := heapBytes()
	runtime.KeepAlive(result)
	return result, heapUse{peak - before, after - before}, err
}

// watchHeap sends the highest number of bytes it saw, once stop is closed.
func watchHeap(stop <-chan struct{}, highest chan<- int64) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	peak := heapBytes()
	for {
		select {
		case <-stop:
			highest <- max(peak, heapBytes())
			return
		case <-tick.C:
			peak = max(peak, heapBytes())
		}
	}
}

func heapBytes() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}
