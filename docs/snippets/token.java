import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Main {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:3000/v1/me"))
            .header("Authorization", "Bearer " + System.getenv("MINTMARK_TOKEN"))
            .build();
        var reply = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (reply.statusCode() != 200) throw new IllegalStateException(reply.body());
        System.out.println(reply.body());
    }
}
