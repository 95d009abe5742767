"""What the sender is told about a whole archive, beside the standing sentences of the readers."""

LIBRARY_MISSING = "这种压缩包系统暂时打不开，请改用 zip 压缩，或者把回执表直接作为附件发送。"
SEVERAL_VOLUMES = "这是分卷压缩包中的一部分，系统打不开，请把回执表直接作为附件发送。"
TOO_MANY_FILES = "压缩包里的文件太多，系统没有打开，请把回执表直接作为附件发送。"
