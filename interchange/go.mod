module github.com/salesplan/salesplan/interchange

go 1.26.0

require (
	github.com/salesplan/salesplan v0.1.0
	github.com/shopspring/decimal v1.6.0
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect

require (
	github.com/stretchr/testify v1.12.1
	golang.org/x/exp v0.0.0-20261113113407-e3970619a1a4 // indirect
)
