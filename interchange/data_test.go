package interchange_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// oracleDir returns the folder of dates that Microsoft Project itself computed,
// beside this repository; the test is skipped where it isn't there.
func oracleDir(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for range 6 {
		at := filepath.Join(dir, "shared", "data", "mspdi-oracle")
		if _, err := os.Stat(at); err == nil {
			return at
		}
		dir = filepath.Dir(dir)
	}
	t.Skip("shared/data/mspdi-oracle is not beside this repository")
	return ""
}

var (
	sourceOnce sync.Once
	sources    map[string][]byte
)

// sourceFiles returns the 143 files that Microsoft Project wrote, by path.
func sourceFiles(t testing.TB) map[string][]byte {
	t.Helper()
	dir := oracleDir(t)
	sourceOnce.Do(func() { sources = unpack(t, filepath.Join(dir, "mspdi-source-xml.tar.gz")) })
	require.Len(t, sources, 143)
	return sources
}

func unpack(t testing.TB, archive string) map[string][]byte {
	t.Helper()
	f, err := os.Open(archive)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if h.Typeflag != tar.TypeReg || !strings.HasSuffix(strings.ToLower(h.Name), ".xml") {
			continue
		}
		var b bytes.Buffer
		_, err = b.ReadFrom(r)
		require.NoError(t, err)
		files[path.Clean(h.Name)] = b.Bytes()
	}
	return files
}
