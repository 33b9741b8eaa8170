// A small HTTP server that runs under rein: it sorts the lines that are posted to it.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
)

func sorted(response http.ResponseWriter, request *http.Request) {
	fmt.Println("sorting")
	text, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	lines := strings.SplitAfter(string(text), "\n")
	sort.Strings(lines)
	fmt.Fprint(response, strings.Join(lines, ""))
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("HOST"), port))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(sorted)}
	// `docker stop` sends SIGTERM to rein, which passes it on.
	stop, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go server.Serve(listener)
	fmt.Println("listening on port", listener.Addr().(*net.TCPAddr).Port)
	<-stop.Done()
	fmt.Println("closing")
	// Requests under way are still answered.
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println("closed")
}
