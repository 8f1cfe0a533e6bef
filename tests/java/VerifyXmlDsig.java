import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.X509Certificate;
import javax.xml.crypto.AlgorithmMethod;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.KeySelectorException;
import javax.xml.crypto.KeySelectorResult;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

/**
 * An independent judge of XML signatures: the JDK's own XML-DSig, with secure validation.
 * Usage: java VerifyXmlDsig.java FILE...; prints "FILE TAB valid|invalid TAB reason" for each.
 */
public final class VerifyXmlDsig {

    /** Takes the key of the certificate that the message carries; whether to trust it is not judged here. */
    private static final class CertificateInMessage extends KeySelector {
        @Override
        public KeySelectorResult select(KeyInfo info, Purpose purpose, AlgorithmMethod method, XMLCryptoContext context)
                throws KeySelectorException {
            for (Object part : info.getContent()) {
                if (part instanceof X509Data data) {
                    for (Object held : data.getContent()) {
                        if (held instanceof X509Certificate certificate) {
                            Key key = certificate.getPublicKey();
                            return () -> key;
                        }
                    }
                }
            }
            throw new KeySelectorException("no certificate");
        }
    }

    public static void main(String[] files) throws Exception {
        DocumentBuilderFactory documents = DocumentBuilderFactory.newInstance();
        documents.setNamespaceAware(true);
        documents.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        XMLSignatureFactory signatures = XMLSignatureFactory.getInstance("DOM");
        for (String file : files) {
            String outcome;
            try {
                byte[] bytes = Files.readAllBytes(Path.of(file));
                Document document = documents.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
                DOMValidateContext context =
                        new DOMValidateContext(new CertificateInMessage(), document.getDocumentElement());
                context.setProperty("org.jcp.xml.dsig.secureValidation", true);
                XMLSignature signature = signatures.unmarshalXMLSignature(context);
                outcome = signature.validate(context) ? "valid\t" : "invalid\tcore validation";
            } catch (Exception e) {
                outcome = "invalid\t" + e;
            }
            System.out.println(file + "\t" + outcome.replace('\n', ' '));
        }
    }
}
