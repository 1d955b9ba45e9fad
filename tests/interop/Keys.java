// Loads PKCS#8 keys with Java: java Keys.java FOLDER. For every NAME.pem with its SubjectPublicKeyInfo NAME.spki (DER)
// it signs with the one, verifies with the other, and prints "NAME ok"; anything else is an exception.
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

public class Keys {
  public static void main(String[] arguments) throws Exception {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(arguments[0]), "*.pem")) {
      for (Path file : files) {
        String name = file.getFileName().toString().replace(".pem", "");
        String algorithm = name.startsWith("rsa-") ? "RSA" : name.startsWith("ecdsa-") ? "EC" : "Ed25519";
        String signing = algorithm.equals("RSA") ? "SHA256withRSA" : algorithm.equals("EC") ? "SHA256withECDSA" : "Ed25519";
        String body = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        KeyFactory factory = KeyFactory.getInstance(algorithm);
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
        PublicKey spki = factory.generatePublic(new X509EncodedKeySpec(Files.readAllBytes(file.resolveSibling(name + ".spki"))));
        byte[] message = name.getBytes("UTF-8");
        Signature signer = Signature.getInstance(signing);
        signer.initSign(key);
        signer.update(message);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(signing);
        verifier.initVerify(spki);
        verifier.update(message);
        if (!verifier.verify(signature)) throw new IllegalStateException(name + ": the signature does not verify");
        System.out.println(name + " ok");
      }
    }
  }
}
