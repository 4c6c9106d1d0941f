module github.com/salesplan/salesplan/bench

go 1.26.0

require github.com/salesplan/salesplan v0.1.0
