import java.io.File;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;

/**
 * An independent judge of messages: the JDK's own schema validator (Xerces).
 * Usage: java ValidateSchema.java SCHEMA FILE...; prints "FILE TAB valid|invalid TAB reason" for each.
 */
public final class ValidateSchema {

    private ValidateSchema() {
    }

    public static void main(String[] arguments) throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        Schema schema = factory.newSchema(new File(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            Validator validator = schema.newValidator();
            String verdict = "valid\t";
            try {
                validator.validate(new StreamSource(new File(arguments[i])));
            } catch (org.xml.sax.SAXException e) {
                verdict = "invalid\t" + e.getMessage();
            }
            System.out.println(arguments[i] + "\t" + verdict);
        }
    }
}
