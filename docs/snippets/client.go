package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	form := strings.NewReader("grant_type=client_credentials")
	request, err := http.NewRequest("POST", "http://localhost:3000/oauth/token", form)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(os.Getenv("MINTMARK_CLIENT_ID"), os.Getenv("MINTMARK_CLIENT_SECRET"))
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		log.Fatal(reply.Status)
	}
	io.Copy(os.Stdout, reply.Body)
}
