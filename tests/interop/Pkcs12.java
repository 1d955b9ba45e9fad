// Opens PKCS#12 files with Java: java Pkcs12.java PASSPHRASE FILE …. For each it prints the file's one alias and "ok" once the key
// has signed what its certificate verifies; anything else is an exception.
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;

public class Pkcs12 {
  public static void main(String[] arguments) throws Exception {
    char[] passphrase = arguments[0].toCharArray();
    for (int at = 1; at < arguments.length; at++) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(Path.of(arguments[at]))) {
        store.load(in, passphrase);
      }
      List<String> aliases = Collections.list(store.aliases());
      if (aliases.size() != 1) throw new IllegalStateException(aliases.size() + " entries");
      PrivateKey key = (PrivateKey) store.getKey(aliases.get(0), passphrase);
      Certificate certificate = store.getCertificate(aliases.get(0));
      String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519";
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(new byte[] {1, 2, 3});
      byte[] signed = signature.sign();
      signature.initVerify(certificate);
      signature.update(new byte[] {1, 2, 3});
      if (!signature.verify(signed)) throw new IllegalStateException("the key is not the certificate's");
      System.out.println(aliases.get(0) + " ok");
    }
  }
}
