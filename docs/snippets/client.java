import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;

public class Main {
    public static void main(String[] args) throws Exception {
        var proof = System.getenv("MINTMARK_CLIENT_ID") + ":" + System.getenv("MINTMARK_CLIENT_SECRET");
        var request = HttpRequest.newBuilder(URI.create("http://localhost:3000/oauth/token"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(proof.getBytes()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials"))
            .build();
        var reply = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (reply.statusCode() != 200) throw new IllegalStateException(reply.body());
        System.out.println(reply.body());
    }
}
