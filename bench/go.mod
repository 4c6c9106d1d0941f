module github.com/salesplan/salesplan/bench

go 1.26.0

require (
	github.com/Rhymond/go-money v1.0.15
	github.com/govalues/money v0.2.4
	github.com/salesplan/salesplan v0.1.0
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	gonum.org/v1/gonum v0.16.0
)

require (
	github.com/govalues/decimal v0.1.36 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/exp v0.0.0-20261113113407-e3970619a1a4 // indirect
)
