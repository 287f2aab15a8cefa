enum PicturesPlace {}
